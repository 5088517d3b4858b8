/** Sends deletion requests and tells where they stand. */
package io.lethe.cli.request;
