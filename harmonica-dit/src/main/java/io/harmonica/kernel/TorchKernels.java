package io.harmonica.kernel;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A class of TorchScript methods compiled from one of our readable sources. Each method is one
 * fused call into the engine, and gradients flow through it. Weights go in as arguments, so an
 * instance holds none, and one serves any number of models and threads.
 */
public final class TorchKernels implements AutoCloseable {
  private final Model model;
  private final PtSymbolBlock block;
  private final NDManager manager;
  private final Map<String, NDArray> markers = new HashMap<>();

  private TorchKernels(Model model) {
    this.model = model;
    this.block = (PtSymbolBlock) model.getBlock();
    this.manager = model.getNDManager();
  }

  /**
   * Compiles a source.
   *
   * @param device owner's manager, whose device the calls will run on
   * @param home the class beside which the source lies
   * @param resource name of the source, such as {@code transformer.py}
   * @param className the class in it
   * @param constants whole numbers to fill in for upper-case names
   * @return the methods; the caller closes them
   */
  public static TorchKernels compile(
      NDManager device,
      Class<?> home,
      String resource,
      String className,
      Map<String, Integer> constants) {
    return compile(device, home, List.of(resource), className, constants);
  }

  /**
   * Compiles a source that lies in parts.
   *
   * @param device owner's manager, whose device the calls will run on
   * @param home the class beside which the parts lie
   * @param resources names of the parts, the one that opens the class first
   * @param className the class in them
   * @param constants whole numbers to fill in for upper-case names
   * @return the methods; the caller closes them
   * @throws EngineException if the engine lacks something that the source asks for
   */
  public static TorchKernels compile(
      NDManager device,
      Class<?> home,
      List<String> resources,
      String className,
      Map<String, Integer> constants) {
    String source =
        resources.stream().map(resource -> read(home, resource)).collect(Collectors.joining());
    for (Map.Entry<String, Integer> constant : constants.entrySet()) {
      source = source.replaceAll("\\b" + constant.getKey() + "\\b", constant.getValue().toString());
    }
    Model model = Model.newInstance(className, device.getDevice(), "PyTorch");
    try {
      model.load(new ByteArrayInputStream(TorchScriptArchive.write(className, source)));
      return new TorchKernels(model);
    } catch (IOException | MalformedModelException e) {
      model.close();
      throw new IllegalStateException("cannot compile the kernels of " + resources, e);
    } catch (EngineException e) {
      model.close();
      throw e;
    }
  }

  private static String read(Class<?> home, String resource) {
    try (InputStream in = home.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "no kernel source \"" + resource + "\" on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Calls a method that returns one tensor.
   *
   * @param method the method's name
   * @param inputs its arguments after self
   * @return the result, owned by the first argument's manager
   */
  public NDArray call(String method, NDArray... inputs) {
    NDList list = new NDList(inputs.length + 1);
    for (NDArray input : inputs) {
      list.add(input);
    }
    list.add(marker(method));
    // "Training" only means: not in inference mode, whose results could never enter a later graph.
    return IValueUtils.forward(block, list, true).singletonOrThrow();
  }

  /** The engine picks the method by the name of an extra argument. */
  private synchronized NDArray marker(String method) {
    return markers.computeIfAbsent(
        method,
        name -> {
          NDArray marker = manager.create(0f);
          marker.setName("module_method:" + name);
          return marker;
        });
  }

  /** Frees the compiled methods. */
  @Override
  public void close() {
    model.close();
  }
}
