package dev.pale.formats.project;

/**
 * A part of {@code pale.toml} that works only after {@code pale trust}.
 *
 * @param line the line, from 1
 * @param key what it is: {@code secrets.STRIPE_KEY.from}
 * @param why what it could do, as the end of a sentence
 */
public record NeedsTrust(int line, String key, String why) {}
