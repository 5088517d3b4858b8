/** Data keys: what lies sealed under one is gone, wherever it lies, once the key is destroyed. */
package io.lethe.schemas.seal;
