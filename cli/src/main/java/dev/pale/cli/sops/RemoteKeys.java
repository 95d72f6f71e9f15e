package dev.pale.cli.sops;

import dev.pale.cli.context.Context;
import dev.pale.providers.KeyServices;
import dev.pale.providers.ProcessSurroundings;
import dev.pale.secrets.PaleException;
import dev.pale.sops.KeyService;
import dev.pale.sops.MasterKey;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that services keep: what is needed for them is made when the first one is asked for, so
 * that files with keys on this machine do without.
 */
final class RemoteKeys implements KeyService, AutoCloseable {
  private static final Set<String> LOCAL = Set.of("age", "pgp");

  private final Context context;
  private @Nullable ProcessSurroundings surroundings;
  private List<KeyService> services = List.of();

  RemoteKeys(Context context) {
    this.context = context;
  }

  @Override
  public boolean serves(MasterKey key) {
    return !LOCAL.contains(key.kind());
  }

  @Override
  public byte[] unwrap(MasterKey key) {
    return service(key).unwrap(key);
  }

  @Override
  public String wrap(MasterKey key, byte[] dataKey) {
    return service(key).wrap(key, dataKey);
  }

  private synchronized KeyService service(MasterKey key) {
    if (surroundings == null) {
      ProcessSurroundings made =
          ProcessSurroundings.of(
              context.environment(), context.cwd(), context.uid(), Clock.systemUTC());
      surroundings = made;
      services = KeyServices.remote(made.surroundings());
    }
    for (KeyService service : services) {
      if (service.serves(key)) {
        return service;
      }
    }
    throw PaleException.of(476, "keys of this kind are not supported here", "", "");
  }

  @Override
  public synchronized void close() {
    ProcessSurroundings made = surroundings;
    if (made != null) {
      surroundings = null;
      KeyServices.close(services);
      services = List.of();
      made.close();
    }
  }
}
