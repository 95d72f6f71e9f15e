package dev.pale.providers.http;

import dev.pale.secrets.PaleException;
import java.util.HashSet;
import java.util.Set;

/**
 * Counts pages and entries of a list, so that a service that never stops is stopped. Used by one
 * thread.
 */
public final class Pages {
  /** The usual most pages. */
  public static final int MOST_PAGES = 100;

  /** The usual most entries. */
  public static final int MOST_ENTRIES = 10_000;

  private final String what;
  private final int mostPages;
  private final int mostEntries;
  private final Set<String> seen = new HashSet<>();
  private int pages;
  private int entries;

  /**
   * With bounds of one's own.
   *
   * @param what is listed, for the error: {@code the secrets of project acme}
   */
  public Pages(String what, int mostPages, int mostEntries) {
    this.what = what;
    this.mostPages = mostPages;
    this.mostEntries = mostEntries;
  }

  /** With the usual bounds. */
  public static Pages of(String what) {
    return new Pages(what, MOST_PAGES, MOST_ENTRIES);
  }

  /**
   * Counts a page before it is asked for.
   *
   * @param token what names it; empty for the first
   * @throws PaleException 604 for one too many, and for one that was there before
   */
  public void page(String token) {
    if (++pages > mostPages) {
      throw endless("more than " + mostPages + " pages");
    }
    if (!seen.add(token)) {
      throw endless("the service names the same page twice");
    }
  }

  /** Counts entries; error 604 for one too many. */
  public void entries(int count) {
    entries += count;
    if (entries > mostEntries) {
      throw endless("more than " + mostEntries + " entries");
    }
  }

  private PaleException endless(String why) {
    return PaleException.of(604, what + " do not come to an end", why, "ask for less");
  }
}
