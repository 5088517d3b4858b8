/**
 * adapter-catalog: the single writer of adapter.version.
 *
 * <p>The flow reads as the packages: {@code follow} takes candidates from adapter.trained, {@code
 * domain} decides whether one becomes the next version, {@code release} writes the decision and the
 * candidate's offset in one transaction, {@code http} shows what was released and what was refused.
 */
package io.lethe.catalog;
