package io.harmonica.spark;

import io.harmonica.work.Opener;
import io.harmonica.work.Outcome;
import io.harmonica.work.Piece;
import io.harmonica.work.Place;
import io.harmonica.work.Worker;
import java.io.Serializable;
import java.util.OptionalInt;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/** What an executor does with a piece. It opens its bench for the first one and keeps it. */
final class PieceTask<C extends AutoCloseable, R>
    extends AbstractFunction1<Iterator<Piece<? super C, R>>, Outcome<R>> implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String GPU = "gpu";

  /** This process's worker, and whose it is; the engine learns in one thread of a process alone. */
  private static Worker<?> worker;

  private static String owner;

  private final String id;
  private final Opener<? extends C> opener;

  PieceTask(String id, Opener<? extends C> opener) {
    this.id = id;
    this.opener = opener;
  }

  @Override
  public Outcome<R> apply(Iterator<Piece<? super C, R>> pieces) {
    synchronized (PieceTask.class) {
      return worker().run(pieces.next());
    }
  }

  @SuppressWarnings("unchecked") // one id has one kind of bench
  private Worker<C> worker() {
    if (!id.equals(owner)) {
      release(owner);
      worker = new Worker<>(opener, place(TaskContext.get()));
      owner = id;
    }
    return (Worker<C>) worker;
  }

  /** Closes the bench that this process keeps for somebody, if it does. */
  static void release(String id) {
    synchronized (PieceTask.class) {
      if (worker != null && owner.equals(id)) {
        worker.close();
        worker = null;
        owner = null;
      }
    }
  }

  private static Place place(TaskContext task) {
    SparkEnv env = SparkEnv.get();
    String executor = env.executorId();
    ResourceInformation gpus = task.resourcesJMap().get(GPU);
    return new Place(
        executor.matches("\\d{1,9}") ? Integer.parseInt(executor) : 0,
        "executor %s on %s".formatted(executor, env.blockManager().blockManagerId().host()),
        gpus == null || gpus.addresses().length == 0
            ? OptionalInt.empty()
            : OptionalInt.of(Integer.parseInt(gpus.addresses()[0])));
  }
}
