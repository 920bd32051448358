package io.harmonica;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Reads the POMs that are installed and published as tools read them that run no profile of ours:
 * Gradle, or Maven on another operating system. Maven makes them at the start of a build.
 */
final class PublishedPomTest {
  private static final Pattern PLATFORM =
      Pattern.compile("linux|windows|win-|osx|macosx|x86_64|aarch64|arm64");

  private static final Set<String> LIBRARIES =
      Set.of("harmonica-core", "harmonica-dit", "harmonica-train");

  private static Document read(String module) throws Exception {
    Path file = Path.of("..").resolve(module).resolve(".flattened-pom.xml");
    assertThat(file).as("made by Maven's phase process-resources").isRegularFile();
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
  }

  private static List<Element> dependencies(Document pom) {
    List<Element> found = new ArrayList<>();
    NodeList list = pom.getElementsByTagName("dependency");
    for (int i = 0; i < list.getLength(); i++) {
      found.add((Element) list.item(i));
    }
    return found;
  }

  /** A direct child's text, or nothing. */
  private static String text(Element parent, String name) {
    NodeList list = parent.getChildNodes();
    for (int i = 0; i < list.getLength(); i++) {
      if (list.item(i).getNodeName().equals(name)) {
        return list.item(i).getTextContent().strip();
      }
    }
    return "";
  }

  @ParameterizedTest
  @ValueSource(strings = {"harmonica-core", "harmonica-dit", "harmonica-train"})
  void aLibraryNamesNoOperatingSystem(String module) throws Exception {
    Document pom = read(module);
    String all = Files.readString(Path.of("..", module, ".flattened-pom.xml"));
    assertThat(PLATFORM.matcher(all).find()).as(all).isFalse();
    assertThat(all).doesNotContain("${");
    for (String tag : List.of("parent", "profiles", "build", "repositories", "classifier")) {
      assertThat(pom.getElementsByTagName(tag).getLength()).as(tag).isZero();
    }
    assertThat(dependencies(pom)).isNotEmpty();
    for (Element dependency : dependencies(pom)) {
      assertThat(text(dependency, "version")).as(text(dependency, "artifactId")).isNotEmpty();
      // A cluster brings Spark; nobody else gets it from us.
      boolean spark = text(dependency, "artifactId").startsWith("spark-core");
      List<String> scopes = spark ? List.of("provided") : List.of("compile", "runtime");
      assertThat(text(dependency, "scope")).isIn(scopes);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"harmonica-core", "harmonica-dit", "harmonica-train", ""})
  void whatMavenCentralAsksForIsThere(String module) throws Exception {
    Element project = read(module).getDocumentElement();
    for (String tag : List.of("groupId", "version", "name", "description", "url", "scm")) {
      assertThat(text(project, tag)).as(tag).isNotEmpty();
    }
    assertThat(text(project, "licenses")).contains("Apache-2.0");
    assertThat(text(project, "developers")).isNotEmpty();
    assertThat(text(project, "scm")).doesNotContain("harmonica-core", "harmonica-dit");
  }

  /** The list of versions has natives of every platform alike, and nothing of one build. */
  @Test
  void theListOfVersionsIsOfNoPlatform() throws Exception {
    Document pom = read("");
    for (String tag : List.of("profiles", "build", "properties", "modules")) {
      assertThat(pom.getElementsByTagName(tag).getLength()).as(tag).isZero();
    }
    Set<String> natives = new HashSet<>();
    Set<String> ours = new HashSet<>();
    for (Element dependency : dependencies(pom)) {
      String artifact = text(dependency, "artifactId");
      assertThat(text(dependency, "version")).as(artifact).isNotEmpty().doesNotContain("${");
      assertThat(artifact).doesNotContain("junit", "assertj", "jqwik", "archunit", "picocli");
      if (!text(dependency, "classifier").isEmpty()) {
        natives.add(artifact + ":" + text(dependency, "classifier"));
      }
      if (text(dependency, "groupId").equals("io.harmonica")) {
        ours.add(artifact);
      }
    }
    assertThat(ours).isEqualTo(LIBRARIES);
    Set<String> expected = new HashSet<>();
    for (String platform : List.of("linux-x86_64", "linux-aarch64", "osx-aarch64", "win-x86_64")) {
      expected.add("pytorch-native-cpu:" + platform);
    }
    for (String artifact : List.of("nd4j-native", "javacpp", "openblas")) {
      for (String platform :
          List.of("linux-x86_64", "linux-arm64", "macosx-arm64", "windows-x86_64")) {
        expected.add(artifact + ":" + platform);
      }
    }
    assertThat(natives).isEqualTo(expected);
  }

  /** Engine, JNI half and natives of PyTorch have to be of one version. */
  @Test
  void theEnginesPartsAgree() throws IOException {
    String all = Files.readString(Path.of("..", ".flattened-pom.xml")).replaceAll("\\s+", "");
    String engine = version(all, "pytorch-engine");
    String natives = version(all, "pytorch-native-cpu");
    assertThat(version(all, "pytorch-jni")).isEqualTo(natives + "-" + engine);
    assertThat(version(all, "api")).isEqualTo(engine);
  }

  private static String version(String pom, String artifact) {
    String before = "<artifactId>" + artifact + "</artifactId><version>";
    int start = pom.indexOf(before) + before.length();
    assertThat(start).as(artifact).isGreaterThan(before.length());
    return pom.substring(start, pom.indexOf('<', start));
  }
}
