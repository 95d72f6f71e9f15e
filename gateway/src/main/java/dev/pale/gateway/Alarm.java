package dev.pale.gateway;

/**
 * Somebody tried to take a secret elsewhere, or to use a placeholder where it is worth nothing.
 *
 * @param client which client session
 * @param code the refusal's code
 * @param text one line for the audit log: names and places, never a value
 */
public record Alarm(String client, String code, String text) {}
