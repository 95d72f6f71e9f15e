package dev.pale.sops;

import dev.pale.secrets.PaleException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads and changes a tree by path, as sops does. */
final class TreeEdits {
  private TreeEdits() {}

  static PaleException nothingThere(SopsPath path) {
    return PaleException.of(
        467,
        "there is nothing at that place of the SOPS file",
        path.toString(),
        "the keys are readable in the encrypted file");
  }

  static Optional<SopsNode> get(SopsNode top, SopsPath path) {
    SopsNode node = top;
    for (SopsPath.Step step : path.steps()) {
      Optional<SopsNode> next =
          switch (step) {
            case SopsPath.Key key ->
                node instanceof SopsNode.Branch branch ? branch.get(key.name()) : Optional.empty();
            case SopsPath.Index index ->
                node instanceof SopsNode.Sequence list && index.position() < list.items().size()
                    ? Optional.of(list.items().get(index.position()))
                    : Optional.empty();
          };
      if (next.isEmpty()) {
        return Optional.empty();
      }
      node = next.get();
    }
    return Optional.of(node);
  }

  static SopsTree set(SopsTree tree, SopsPath path, SopsNode value) {
    if (path.steps().isEmpty() || !(path.steps().get(0) instanceof SopsPath.Key)) {
      throw mismatch(path);
    }
    List<SopsNode.Branch> documents = new ArrayList<>(tree.documents());
    SopsNode.Branch first =
        documents.isEmpty() ? new SopsNode.Branch(List.of()) : documents.removeFirst();
    documents.addFirst((SopsNode.Branch) set(first, path, 0, value));
    return new SopsTree(documents);
  }

  private static SopsNode set(SopsNode node, SopsPath path, int at, SopsNode value) {
    if (at == path.steps().size()) {
      return value;
    }
    return switch (node) {
      case SopsNode.Branch branch -> {
        if (!(path.steps().get(at) instanceof SopsPath.Key key)) {
          throw mismatch(path);
        }
        List<SopsNode.Entry> entries = new ArrayList<>(branch.entries());
        int i = indexOf(entries, key.name());
        if (i < 0) {
          entries.add(SopsNode.Entry.of(key.name(), made(path, at + 1, value)));
        } else {
          SopsNode changed = set(entries.get(i).value(), path, at + 1, value);
          entries.set(i, SopsNode.Entry.of(key.name(), changed));
        }
        yield new SopsNode.Branch(entries);
      }
      case SopsNode.Sequence list -> {
        if (!(path.steps().get(at) instanceof SopsPath.Index index)) {
          throw mismatch(path);
        }
        List<SopsNode> items = new ArrayList<>(list.items());
        if (index.position() >= items.size()) {
          items.add(made(path, at + 1, value));
        } else {
          items.set(index.position(), set(items.get(index.position()), path, at + 1, value));
        }
        yield new SopsNode.Sequence(items);
      }
      case SopsNode.Leaf ignored -> made(path, at, value);
    };
  }

  private static SopsNode made(SopsPath path, int at, SopsNode value) {
    SopsNode node = value;
    for (int i = path.steps().size() - 1; i >= at; i--) {
      node =
          switch (path.steps().get(i)) {
            case SopsPath.Key key ->
                new SopsNode.Branch(List.of(SopsNode.Entry.of(key.name(), node)));
            case SopsPath.Index ignored -> new SopsNode.Sequence(List.of(node));
          };
    }
    return node;
  }

  static SopsTree unset(SopsTree tree, SopsPath path) {
    if (path.steps().isEmpty() || tree.documents().isEmpty()) {
      throw nothingThere(path);
    }
    List<SopsNode.Branch> documents = new ArrayList<>(tree.documents());
    documents.set(0, (SopsNode.Branch) unset(documents.get(0), path, 0));
    return new SopsTree(documents);
  }

  private static SopsNode unset(SopsNode node, SopsPath path, int at) {
    boolean last = at == path.steps().size() - 1;
    SopsPath.Step step = path.steps().get(at);
    if (node instanceof SopsNode.Branch branch && step instanceof SopsPath.Key key) {
      List<SopsNode.Entry> entries = new ArrayList<>(branch.entries());
      int i = indexOf(entries, key.name());
      if (i >= 0) {
        if (last) {
          entries.remove(i);
        } else {
          SopsNode changed = unset(entries.get(i).value(), path, at + 1);
          entries.set(i, SopsNode.Entry.of(key.name(), changed));
        }
        return new SopsNode.Branch(entries);
      }
    } else if (node instanceof SopsNode.Sequence list
        && step instanceof SopsPath.Index index
        && index.position() < list.items().size()) {
      List<SopsNode> items = new ArrayList<>(list.items());
      if (last) {
        items.remove(index.position());
      } else {
        items.set(index.position(), unset(items.get(index.position()), path, at + 1));
      }
      return new SopsNode.Sequence(items);
    }
    throw nothingThere(path);
  }

  private static int indexOf(List<SopsNode.Entry> entries, String key) {
    for (int i = 0; i < entries.size(); i++) {
      if (!entries.get(i).isComment() && entries.get(i).key().equals(key)) {
        return i;
      }
    }
    return -1;
  }

  private static PaleException mismatch(SopsPath path) {
    return PaleException.of(
        467,
        "that path does not fit the SOPS file",
        path.toString(),
        "a map takes a [\"key\"], a list a [number]");
  }
}
