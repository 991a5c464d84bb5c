/** Whether the database is on a file system that several machines may write to. */
import { failed, type Judgement, ok, skipped } from "./finding.ts";

/** The types that are another machine's disk, as Linux and macOS call them. */
const REMOTE = new Set([
  "9p",
  "afpfs",
  "afs",
  "ceph",
  "cifs",
  "davfs",
  "fuse.glusterfs",
  "fuse.rclone",
  "fuse.s3fs",
  "fuse.sshfs",
  "fuse.vmhgfs-fuse",
  "glusterfs",
  "macfuse",
  "ncpfs",
  "nfs",
  "nfs4",
  "prl_fs",
  "smb3",
  "smbfs",
  "vboxsf",
  "webdav",
]);

/**
 * Judges a type of file system. The write-ahead log shares memory between processes, which must
 * therefore be on one machine (sqlite.org/wal.html §2).
 *
 * @param type as in mountinfo; `undefined` where it could not be found out
 */
export function judgeFileSystem(type: string | undefined): Judgement {
  if (type === undefined) return skipped("the type of the file system is not known");
  if (!REMOTE.has(type)) return ok(`the database is on a local disk (${type})`);
  return failed(
    `the database is on a network file system (${type}), which can damage it`,
    "Move it to a local disk, and name the folder with CODEMEM_HOME",
  );
}

/** A mounted file system. */
export interface Mount {
  readonly point: string;
  readonly type: string;
}

/**
 * The type of the file system that holds a path: that of the longest mount point above it, and of two
 * at the same point the later one.
 *
 * @param path absolute, without symbolic links
 */
export function fileSystemType(path: string, mounts: readonly Mount[]): string | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    if (!isWithin(path, mount.point)) continue;
    if (found === undefined || mount.point.length >= found.point.length) found = mount;
  }
  return found?.type;
}

function isWithin(path: string, point: string): boolean {
  return path === point || path.startsWith(point === "/" ? "/" : `${point}/`);
}

/** Reads /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export function parseMountinfo(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const [before = "", after = ""] = line.split(" - ");
    const point = before.split(" ")[4];
    const [type = ""] = after.split(" ");
    return point === undefined || type === "" ? [] : [{ point: unescapeOctal(point), type }];
  });
}

/** Spaces and the like stand as `\040`. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}

/** Reads what macOS's `mount` prints: `/dev/disk3s5 on /System/Volumes/Data (apfs, local, …)`. */
export function parseMountOutput(text: string): Mount[] {
  return text.split("\n").flatMap((line) => {
    const match = / on (\/.*) \((\w+)[,)]/.exec(line);
    return match === null ? [] : [{ point: match[1]!, type: match[2]! }];
  });
}
