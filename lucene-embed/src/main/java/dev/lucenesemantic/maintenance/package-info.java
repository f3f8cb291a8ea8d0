/**
 * Looking after an index with vectors: {@link dev.lucenesemantic.maintenance.IndexModels} says what
 * is in it, {@link dev.lucenesemantic.maintenance.CheckSemanticIndex} whether that is what the
 * model makes of the texts, and {@link dev.lucenesemantic.maintenance.ModelMigration} leads from
 * one model to the next.
 *
 * <p>What belongs here: programs and reports over whole indexes, for people who run them. How
 * vectors come into an index is the document package's business.
 */
package dev.lucenesemantic.maintenance;
