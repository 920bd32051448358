package io.harmonica.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * README and docs show programs as they are. A page quotes a program by a comment, {@code <!--
 * program: NAME -->}, and a block of Java right behind it. The program marks what is quoted with
 * the lines {@code // README: NAME} and {@code // README: end}.
 */
final class QuotedProgramsTest {
  private static final Pattern QUOTE =
      Pattern.compile("<!-- program: (\\w+) -->\\R```java\\R(.*?)```", Pattern.DOTALL);
  private static final Pattern MARK = Pattern.compile("<!-- program:");
  private static final Path ROOT = Path.of("..");

  @Test
  void pagesShowTheProgramsAsTheyAre() throws IOException {
    Map<String, String> programs = programs();
    List<String> quoted = new ArrayList<>();
    for (Path page : pages()) {
      String text = Files.readString(page);
      Matcher quotes = QUOTE.matcher(text);
      int found = 0;
      while (quotes.find()) {
        found++;
        quoted.add(quotes.group(1));
        assertThat(quotes.group(2).replace("\r\n", "\n"))
            .as("%s quotes %s: copy what stands between its README marks", page, quotes.group(1))
            .isEqualTo(programs.get(quotes.group(1)));
      }
      assertThat(MARK.matcher(text).results().count())
          .as("%s: a mark without a block of Java right behind it", page)
          .isEqualTo(found);
    }
    assertThat(quoted).as("quoted by README").contains("SampleWithRouter");
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(ROOT.resolve("README.md"));
    try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  /** What programs mark, by name, without the indentation that all lines share. */
  private static Map<String, String> programs() throws IOException {
    Map<String, String> programs = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(Path.of("src/main/java/io/harmonica/examples"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        collect(Files.readAllLines(file), programs);
      }
    }
    return programs;
  }

  private static void collect(List<String> lines, Map<String, String> programs) {
    String name = "";
    List<String> marked = new ArrayList<>();
    for (String line : lines) {
      String text = line.strip();
      if (text.equals("// README: end")) {
        programs.put(name, unindented(marked));
        name = "";
        marked.clear();
      } else if (text.startsWith("// README: ")) {
        name = text.substring("// README: ".length());
      } else if (!name.isEmpty()) {
        marked.add(line);
      }
    }
  }

  private static String unindented(List<String> lines) {
    int indent =
        lines.stream()
            .filter(line -> !line.isBlank())
            .mapToInt(line -> line.length() - line.stripLeading().length())
            .min()
            .orElse(0);
    return lines.stream()
        .map(line -> line.isBlank() ? "" : line.substring(indent))
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
