package io.lethe.faults;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The annotated test shows a fault of the catalogue; docs/testing/faults.md is made of these words,
 * which are therefore literals. What the test measured it gives to JUnit's {@code TestReporter}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(FaultCases.class)
public @interface FaultCase {
  /** Which fault. */
  CatalogueFault fault();

  /** On what it is shown. */
  FaultLevel level();

  /** What is done to the system. */
  String does();

  /** What the system works on meanwhile. */
  String load();

  /** What must hold all the same. */
  String oracle();

  /** Within which bounds; empty where the oracle says it all. */
  String limit() default "";
}
