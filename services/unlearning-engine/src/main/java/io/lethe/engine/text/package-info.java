/** From a prompt to token ids. Internal to the engine. */
package io.lethe.engine.text;
