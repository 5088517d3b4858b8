/** Tokens for the services: given by the user, or signed with a development stack's own key. */
package io.lethe.cli.access;
