package dev.pale.providers.bearer;

import dev.pale.providers.http.HttpAnswer;
import dev.pale.secrets.PaleException;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches a token when one is needed and keeps it until it ends, is refused, or this is closed.
 * Thread-safe; threads that need a token at the same time wait for one fetch and share its failure.
 */
public final class TokenCache {
  private final Clock clock;
  private final Supplier<Token> source;
  private @Nullable Token token;
  private @Nullable CompletableFuture<Token> underWay;

  /** A cache without a token yet. */
  public TokenCache(Clock clock, Supplier<Token> source) {
    this.clock = clock;
    this.source = source;
  }

  /**
   * Sends a request with a token, and once more with a new one when the answer is 401.
   *
   * @param sender sends with the token's text; the caller closes the answer
   */
  public HttpAnswer send(Function<String, HttpAnswer> sender) {
    Token first = current();
    HttpAnswer answer = sender.apply(first.text());
    if (answer.status() != 401) {
      return answer;
    }
    answer.close();
    forget(first);
    return sender.apply(current().text());
  }

  /** A token that has not ended. */
  public Token current() {
    CompletableFuture<Token> fetch;
    boolean own = false;
    synchronized (this) {
      Token there = token;
      if (there != null && clock.instant().isBefore(there.until())) {
        return there;
      }
      fetch = underWay;
      if (fetch == null) {
        fetch = new CompletableFuture<>();
        underWay = fetch;
        own = true;
      }
    }
    return own ? fetched(fetch) : awaited(fetch);
  }

  private Token fetched(CompletableFuture<Token> fetch) {
    try {
      Token fresh = source.get();
      synchronized (this) {
        token = fresh;
        underWay = null;
      }
      fetch.complete(fresh);
      return fresh;
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        underWay = null;
      }
      fetch.completeExceptionally(e);
      throw e;
    }
  }

  /** Who waited for a fetch that failed does not wait for another one. */
  private static Token awaited(CompletableFuture<Token> fetch) {
    try {
      return fetch.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof PaleException failure ? failure : e;
    }
  }

  private synchronized void forget(Token refused) {
    if (token == refused) {
      token = null;
    }
  }

  /** Forgets the token. */
  public synchronized void clear() {
    token = null;
  }
}
