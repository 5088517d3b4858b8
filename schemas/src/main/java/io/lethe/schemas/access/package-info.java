/** Who may do what: the roles that every interface knows. */
package io.lethe.schemas.access;
