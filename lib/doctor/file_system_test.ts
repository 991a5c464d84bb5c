import { assertEquals, assertMatch } from "@std/assert";
import {
  fileSystemType,
  judgeFileSystem,
  parseMountinfo,
  parseMountOutput,
} from "./file_system.ts";

Deno.test("a file system of another machine is a failure, one of this machine is not", () => {
  for (const type of ["ext4", "btrfs", "xfs", "zfs", "apfs", "tmpfs", "overlay", "fuseblk"]) {
    assertEquals(judgeFileSystem(type).outcome, "ok", type);
  }
  for (const type of ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afpfs"]) {
    const judgement = judgeFileSystem(type);
    assertEquals(judgement.outcome, "failed", type);
    assertMatch(judgement.hint!, /CODEMEM_HOME/);
  }
  assertEquals(judgeFileSystem(undefined).outcome, "skipped");
});

Deno.test("the file system of a path is that of the longest mount point above it", () => {
  const mounts = parseMountinfo([
    "22 1 254:0 / / rw,relatime - ext4 /dev/vda rw",
    "30 22 0:30 / /home rw,relatime shared:1 master:2 - nfs4 server:/home rw,addr=10.0.0.1",
    "31 30 0:31 / /home/ann/My\\040Disk rw - ext4 /dev/sdb1 rw",
    "32 22 0:32 / /mnt rw - ext4 /dev/sdc rw",
    "33 22 0:33 / /mnt rw - cifs //server/share rw",
    "",
  ].join("\n"));
  for (
    const [path, type] of [
      ["/", "ext4"],
      ["/var/lib", "ext4"],
      ["/homes/bob", "ext4"],
      ["/home", "nfs4"],
      ["/home/ann/.codemem", "nfs4"],
      ["/home/ann/My Disk/codemem", "ext4"],
      ["/mnt/x", "cifs"],
    ] as const
  ) {
    assertEquals(fileSystemType(path, mounts), type, path);
  }
  assertEquals(fileSystemType("/x", []), undefined);
});

Deno.test("what macOS's mount prints is read", () => {
  const mounts = parseMountOutput([
    "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)",
    "devfs on /dev (devfs, local, nobrowse)",
    "/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse)",
    "//ann@server/share on /Volumes/My Share (smbfs, nodev, nosuid, mounted by ann)",
    "",
  ].join("\n"));
  assertEquals(fileSystemType("/Volumes/My Share/codemem", mounts), "smbfs");
  assertEquals(fileSystemType("/Users/ann/.codemem", mounts), "apfs");
});
