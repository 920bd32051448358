/**
 * The paper's tables: samples what each row of a table needs, judges it, and sets the result beside
 * the published number. Start reading at {@link io.harmonica.cli.papertable.PaperTable}, which runs
 * the {@link io.harmonica.cli.papertable.PaperStudy studies}.
 */
package io.harmonica.cli.papertable;
