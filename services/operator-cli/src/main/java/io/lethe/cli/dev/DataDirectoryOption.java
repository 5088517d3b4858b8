package io.lethe.cli.dev;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that names the data directory, shared by most commands. */
public final class DataDirectoryOption {
  @Option(
      names = "--data-dir",
      paramLabel = "FOLDER",
      defaultValue = ".lethe/dev",
      description = "Folder of the development stack (${DEFAULT-VALUE}).")
  private Path folder;

  public DataDirectory directory() {
    return new DataDirectory(folder);
  }
}
