/** The demo: the whole path, told as it happens. */
package io.lethe.cli.demo;
