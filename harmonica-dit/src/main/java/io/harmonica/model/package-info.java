/** Finding models on disk: their files, their configuration and their checksums. */
package io.harmonica.model;
