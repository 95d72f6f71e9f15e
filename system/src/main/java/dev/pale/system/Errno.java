package dev.pale.system;

/**
 * The error numbers that Pale tells apart; the same on x86-64 and aarch64 ({@code
 * asm-generic/errno.h}).
 */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int E2BIG = 7;
  public static final int ENOEXEC = 8;
  public static final int EBADF = 9;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EEXIST = 17;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int EMFILE = 24;
  public static final int ENOTTY = 25;
  public static final int ETXTBSY = 26;
  public static final int ENOSPC = 28;
  public static final int EROFS = 30;
  public static final int EPIPE = 32;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOSYS = 38;
  public static final int ELOOP = 40;
  public static final int ENODATA = 61;
  public static final int ELIBBAD = 80;
  public static final int ENOKEY = 126;
  public static final int EKEYEXPIRED = 127;
  public static final int EKEYREVOKED = 128;
  public static final int EDQUOT = 122;

  private Errno() {}

  /** What a number means, lower case; {@code error N} for one that is not in the list. */
  public static String text(int errno) {
    return switch (errno) {
      case EPERM -> "not permitted";
      case ENOENT -> "no such file or folder";
      case ESRCH -> "no such process";
      case EINTR -> "interrupted";
      case EIO -> "input/output error";
      case E2BIG -> "arguments and environment too long";
      case ENOEXEC -> "not a program format that the kernel knows";
      case EBADF -> "bad file descriptor";
      case ECHILD -> "no child process";
      case EAGAIN -> "temporarily not available";
      case ENOMEM -> "out of memory";
      case EACCES -> "permission denied";
      case EEXIST -> "exists already";
      case ENOTDIR -> "not a folder";
      case EISDIR -> "is a folder";
      case EINVAL -> "invalid argument";
      case EMFILE -> "too many open files";
      case ENOTTY -> "not a terminal";
      case ETXTBSY -> "program file is being written";
      case ENOSPC -> "no space left";
      case EROFS -> "read-only file system";
      case EPIPE -> "broken pipe";
      case ENAMETOOLONG -> "file name too long";
      case ENOSYS -> "the kernel does not have this call";
      case ELOOP -> "too many symbolic links";
      case ENODATA -> "no data";
      case ELIBBAD -> "damaged library or program";
      case ENOKEY -> "no such key";
      case EKEYEXPIRED -> "the key has expired";
      case EKEYREVOKED -> "the key was revoked";
      case EDQUOT -> "quota exceeded";
      default -> "error " + errno;
    };
  }
}
