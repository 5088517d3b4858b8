/**
 * The recommendation server. A request flows http → recommend → model; events flow follow →
 * suppress, history and model; what took effect flows out through acknowledge.
 */
package io.lethe.serving;
