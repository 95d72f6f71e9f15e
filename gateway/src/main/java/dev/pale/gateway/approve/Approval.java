package dev.pale.gateway.approve;

/**
 * A human said yes to one request.
 *
 * @param id of the question
 * @param who who answered, as they told
 */
public record Approval(String id, String who) {}
