/** The second stage of a search: the best hits again, read together with the query. */
package dev.lucenesemantic.rerank;
