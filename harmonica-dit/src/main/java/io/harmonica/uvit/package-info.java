/** U-ViT: transformers with long skip connections, whose tokens are time, label and patches. */
package io.harmonica.uvit;
