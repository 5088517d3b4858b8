/** What was erased stays unlearned: data sets are read past it. */
package io.lethe.cli.suppression;
