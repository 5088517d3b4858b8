/** Lists versions of a model and moves them: withdraw, roll back, try, promote, pin, override. */
package io.lethe.cli.versions;
