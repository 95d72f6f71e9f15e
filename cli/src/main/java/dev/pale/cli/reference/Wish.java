package dev.pale.cli.reference;

import dev.pale.secrets.Reference;

/**
 * A value that is wanted.
 *
 * @param label the name under which it is masked and recorded: a secret's name, a place in a file
 * @param reference where it is
 * @param origin for errors: {@code pale.toml line 7}, {@code app.tpl:3:9}; empty: it was given on
 *     the command line
 * @param optional whether the call goes on when the store has no such thing
 */
public record Wish(String label, Reference reference, String origin, boolean optional) {}
