package io.lethe.serving.retrieve;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;

/**
 * Item vectors in a graph of neighbours (HNSW), in memory. Many may search while one changes it: a
 * search sees the index as it was when it was last shown.
 */
final class ItemIndex implements AutoCloseable {
  private static final String ITEM = "item";
  private static final String VECTOR = "vector";

  private final Directory directory = new ByteBuffersDirectory();
  private final IndexWriter writer;
  private final SearcherManager searchers;

  ItemIndex() {
    try {
      writer = new IndexWriter(directory, new IndexWriterConfig(null));
      searchers = new SearcherManager(writer, null);
    } catch (IOException impossible) {
      throw new UncheckedIOException("A directory in memory can be written.", impossible);
    }
  }

  /** Adds or replaces items and takes others out; searches see it from {@link #show} on. */
  void update(Map<String, float[]> vectors, Collection<String> removed) {
    try {
      for (String itemId : removed) {
        writer.deleteDocuments(new Term(ITEM, itemId));
      }
      for (Map.Entry<String, float[]> item : vectors.entrySet()) {
        Document document = new Document();
        document.add(new StringField(ITEM, item.getKey(), Field.Store.YES));
        document.add(
            new KnnFloatVectorField(VECTOR, item.getValue(), VectorSimilarityFunction.DOT_PRODUCT));
        writer.updateDocument(new Term(ITEM, item.getKey()), document);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("A directory in memory can be written.", impossible);
    }
  }

  /** Shows searches all that was updated so far. */
  void show() {
    try {
      searchers.maybeRefreshBlocking();
    } catch (IOException impossible) {
      throw new UncheckedIOException("A directory in memory can be read.", impossible);
    }
  }

  /** The nearest items, nearest first; about the nearest, as the graph is not searched whole. */
  List<String> nearest(float[] vector, int limit) {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        StoredFields stored = searcher.storedFields();
        List<String> found = new ArrayList<>(limit);
        for (ScoreDoc hit :
            searcher.search(new KnnFloatVectorQuery(VECTOR, vector, limit), limit).scoreDocs) {
          found.add(stored.document(hit.doc).get(ITEM));
        }
        return found;
      } finally {
        searchers.release(searcher);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("A directory in memory can be read.", impossible);
    }
  }

  /** Items that searches see. */
  int size() {
    try {
      IndexSearcher searcher = searchers.acquire();
      try {
        return searcher.getIndexReader().numDocs();
      } finally {
        searchers.release(searcher);
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException("A directory in memory can be read.", impossible);
    }
  }

  @Override
  public void close() {
    try {
      searchers.close();
      writer.close();
      directory.close();
    } catch (IOException impossible) {
      throw new UncheckedIOException("A directory in memory can be closed.", impossible);
    }
  }
}
