/** SiT: flow models with the backbone of DiT. */
package io.harmonica.sit;
