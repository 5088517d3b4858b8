/** Brings a data set into the system: items, pseudonymised profiles and interactions. */
package io.lethe.cli.importing;
