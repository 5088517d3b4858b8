/** Data sets, from files or made up, in one shape that import and train share. */
package io.lethe.cli.data;
