/** Sending dead letters back where they came from. */
package io.lethe.cli.redrive;
