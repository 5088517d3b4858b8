/** Signatures by which a server knows that the catalog itself released a version. */
package io.lethe.schemas.sign;
