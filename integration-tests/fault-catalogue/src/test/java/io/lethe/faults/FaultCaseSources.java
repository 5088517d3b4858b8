package io.lethe.faults;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Finds the tests with {@link FaultCase} in the sources of every module, so that the page follows
 * from what is committed and not from what happens to be built.
 */
final class FaultCaseSources {
  private static final String ANNOTATION = FaultCase.class.getSimpleName();
  private static final Path TESTS = Path.of("src", "test", "java");

  /** What is built, and this module itself, whose tests only play at faults. */
  private static final Set<String> SKIPPED = Set.of("target", "fault-catalogue");

  private FaultCaseSources() {}

  /**
   * A test that shows a fault.
   *
   * @param test simple name of the class, a dot, and the method
   * @param file its source, below the root
   */
  record Found(
      CatalogueFault fault,
      FaultLevel level,
      String test,
      Path file,
      String does,
      String load,
      String oracle,
      String limit) {}

  /** All of them, in the order of the catalogue, then of the level, then by name. */
  static List<Found> find(Path root) {
    List<Path> files = sources(root);
    if (files.isEmpty()) {
      // The compiler refuses to parse nothing.
      return List.of();
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<Found> found = new ArrayList<>();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
      for (CompilationUnitTree unit : task.parse()) {
        Path file = root.relativize(Path.of(unit.getSourceFile().toUri()));
        new Scanner(file, found).scan(unit, null);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    found.sort(
        Comparator.comparing(Found::fault)
            .thenComparing(Found::level, Comparator.reverseOrder())
            .thenComparing(Found::test));
    return found;
  }

  private static List<Path> sources(Path root) {
    List<Path> sources = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              String name = folder.getFileName().toString();
              boolean skipped = name.startsWith(".") || SKIPPED.contains(name);
              return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (file.toString().endsWith(".java")
                  && file.toString().contains(TESTS.toString())
                  && mentionsTheAnnotation(file)) {
                sources.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    sources.sort(null);
    return sources;
  }

  private static boolean mentionsTheAnnotation(Path file) {
    try {
      return Files.readString(file).contains("@" + ANNOTATION + "(");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Walks one source. */
  private static final class Scanner extends TreeScanner<Void, Void> {
    private final Path file;
    private final List<Found> found;
    private final Deque<String> classes = new ArrayDeque<>();

    Scanner(Path file, List<Found> found) {
      this.file = file;
      this.found = found;
    }

    @Override
    public Void visitClass(ClassTree tree, Void none) {
      classes.push(tree.getSimpleName().toString());
      super.visitClass(tree, none);
      classes.pop();
      return null;
    }

    @Override
    public Void visitMethod(MethodTree tree, Void none) {
      for (AnnotationTree annotation : tree.getModifiers().getAnnotations()) {
        if (name(annotation.getAnnotationType()).equals(ANNOTATION)) {
          found.add(read(tree, annotation));
        }
      }
      return super.visitMethod(tree, none);
    }

    private Found read(MethodTree method, AnnotationTree annotation) {
      Map<String, ExpressionTree> values = new HashMap<>();
      for (ExpressionTree argument : annotation.getArguments()) {
        AssignmentTree assignment = (AssignmentTree) argument;
        values.put(name(assignment.getVariable()), assignment.getExpression());
      }
      return new Found(
          CatalogueFault.valueOf(name(values.get("fault"))),
          FaultLevel.valueOf(name(values.get("level"))),
          classes.peek() + "." + method.getName(),
          file,
          text(values.get("does")),
          text(values.get("load")),
          text(values.get("oracle")),
          values.containsKey("limit") ? text(values.get("limit")) : "");
    }

    private static String name(Tree tree) {
      return tree instanceof MemberSelectTree select
          ? select.getIdentifier().toString()
          : ((IdentifierTree) tree).getName().toString();
    }

    private String text(ExpressionTree tree) {
      if (tree instanceof LiteralTree literal && literal.getValue() instanceof String words) {
        return words;
      }
      if (tree instanceof BinaryTree sum) {
        return text(sum.getLeftOperand()) + text(sum.getRightOperand());
      }
      if (tree instanceof ParenthesizedTree inner) {
        return text(inner.getExpression());
      }
      throw new IllegalStateException(
          "the words of @" + ANNOTATION + " must be literals, see " + file + ": " + tree);
    }
  }
}
