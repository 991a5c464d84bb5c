/** The commands of the program, in the order in which the help lists them. */
import type { CommandEntry } from "../command.ts";

/** All commands. Each is loaded when it is run, so that none pays for the others. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "remember",
    summary: "store a memory",
    load: () => import("./remember.ts"),
  },
  {
    name: "recent",
    summary: "list the newest memories",
    load: () => import("./recent.ts"),
  },
  {
    name: "search",
    summary: "find memories by their words",
    load: () => import("./search.ts"),
  },
  {
    name: "show",
    summary: "show one memory in full",
    load: () => import("./show.ts"),
  },
  {
    name: "edit",
    summary: "change a memory",
    load: () => import("./edit.ts"),
  },
  {
    name: "forget",
    summary: "delete memories, here and on every device",
    load: () => import("./forget.ts"),
  },
  {
    name: "undo",
    summary: "undo what one device has written",
    load: () => import("./undo.ts"),
  },
  {
    name: "import",
    summary: "import memories from another database or an export",
    load: () => import("./import.ts"),
  },
  {
    name: "export",
    summary: "write all memories as JSON Lines",
    load: () => import("./export.ts"),
  },
  {
    name: "backup",
    summary: "back up everything to one file",
    load: () => import("./backup.ts"),
  },
  {
    name: "restore",
    summary: "restore a backup of this device",
    needs: ["programs"],
    load: () => import("./restore.ts"),
  },
  {
    name: "stats",
    summary: "show how much is stored",
    load: () => import("./stats.ts"),
  },
  {
    name: "config get",
    summary: "show the value of a setting",
    load: () => import("./config_get.ts"),
  },
  {
    name: "config set",
    summary: "change a setting",
    load: () => import("./config_set.ts"),
  },
  {
    name: "config list",
    summary: "list all settings",
    load: () => import("./config_list.ts"),
  },
  {
    name: "serve",
    summary: "run this device in the foreground: viewer and sync",
    needs: ["network"],
    load: () => import("./serve.ts"),
  },
  {
    name: "viewer",
    summary: "open the viewer in the browser",
    needs: ["programs"],
    load: () => import("./viewer.ts"),
  },
  {
    name: "sync enable",
    summary: "create the identity of this device and enable sync",
    needs: ["programs"],
    load: () => import("./sync_enable.ts"),
  },
  {
    name: "sync disable",
    summary: "disable sync; keep identity and pairings",
    load: () => import("./sync_disable.ts"),
  },
  {
    name: "sync status",
    summary: "show the state of sync",
    load: () => import("./sync_status.ts"),
  },
  {
    name: "sync start",
    summary: "run this device in the background",
    needs: ["programs"],
    load: () => import("./sync_start.ts"),
  },
  {
    name: "sync stop",
    summary: "stop this device",
    needs: ["programs"],
    load: () => import("./sync_stop.ts"),
  },
  {
    name: "sync restart",
    summary: "stop this device, if it runs, and start it",
    needs: ["programs"],
    load: () => import("./sync_restart.ts"),
  },
  {
    name: "sync install",
    summary: "run this device as a service of systemd or launchd",
    needs: ["programs"],
    load: () => import("./sync_install.ts"),
  },
  {
    name: "sync uninstall",
    summary: "remove the service; keep memories and pairings",
    needs: ["programs"],
    load: () => import("./sync_uninstall.ts"),
  },
  {
    name: "sync once",
    summary: "sync with each peer now",
    needs: ["network"],
    load: () => import("./sync_once.ts"),
  },
  {
    name: "sync pair",
    summary: "invite a device, or accept an invitation",
    needs: ["network"],
    load: () => import("./sync_pair.ts"),
  },
  {
    name: "sync peers list",
    summary: "list the paired devices",
    load: () => import("./sync_peers_list.ts"),
  },
  {
    name: "sync peers rename",
    summary: "rename a paired device, on this device only",
    load: () => import("./sync_peers_rename.ts"),
  },
  {
    name: "sync peers remove",
    summary: "stop trusting a paired device",
    load: () => import("./sync_peers_remove.ts"),
  },
  {
    name: "sync attempts",
    summary: "list recent sync attempts and their results",
    load: () => import("./sync_attempts.ts"),
  },
  {
    name: "sync quarantine",
    summary: "list ops that could not be applied; retry or discard them",
    load: () => import("./sync_quarantine.ts"),
  },
  {
    name: "sync verify",
    summary: "compare the memories here with those of each peer",
    needs: ["network"],
    load: () => import("./sync_verify.ts"),
  },
  {
    name: "sync doctor",
    summary: "find out why devices do not sync, and what to do",
    needs: ["network", "programs"],
    load: () => import("./sync_doctor.ts"),
  },
  {
    name: "sync move-key",
    summary: "move the private key to a file or the keychain",
    needs: ["programs"],
    load: () => import("./sync_move_key.ts"),
  },
  {
    name: "sync rotate-keys",
    summary: "give this device a new key, which its peers follow",
    needs: ["programs"],
    load: () => import("./sync_rotate_keys.ts"),
  },
  {
    name: "sync identity new",
    summary: "turn this device into a new one, to be paired anew",
    needs: ["programs"],
    load: () => import("./sync_identity_new.ts"),
  },
  {
    name: "sync identity keep",
    summary: "keep this identity after the database was copied",
    load: () => import("./sync_identity_keep.ts"),
  },
  {
    name: "completions",
    summary: "print a completion script for bash, zsh or fish",
    load: () => import("./completions.ts"),
  },
];
