/** The credential gateway: the agent holds placeholders, the real values leave here. */
@org.jspecify.annotations.NullMarked
module dev.pale.gateway {
  requires static org.jspecify;
  requires transitive dev.pale.secrets;
  requires dev.pale.system;
  requires dev.pale.formats;
  requires jdk.net;

  exports dev.pale.gateway;
  exports dev.pale.gateway.approve;
  exports dev.pale.gateway.inject;
  exports dev.pale.gateway.log;
  exports dev.pale.gateway.name;
  exports dev.pale.gateway.placeholder;
  exports dev.pale.gateway.policy;
  exports dev.pale.gateway.refusal;
  exports dev.pale.gateway.service;
  exports dev.pale.gateway.trust;
}
