package dev.pale.vault;

import java.time.Instant;

/** An environment as listed; {@code secrets} counts those that are not deleted. */
public record EnvironmentInfo(String name, int secrets, Instant created, Instant changed) {}
