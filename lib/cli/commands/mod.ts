/** The commands of the program, in the order in which the help lists them. */
import type { CommandEntry } from "../command.ts";

/** All commands. Each is loaded when it is run, so that none pays for the others. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "remember",
    summary: "keep a memory",
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
    summary: "take back what one device has written",
    load: () => import("./undo.ts"),
  },
  {
    name: "import",
    summary: "take in the memories of another database or of an export",
    load: () => import("./import.ts"),
  },
  {
    name: "export",
    summary: "write all memories as JSON Lines",
    load: () => import("./export.ts"),
  },
  {
    name: "backup",
    summary: "write everything into one file",
    load: () => import("./backup.ts"),
  },
  {
    name: "restore",
    summary: "put a backup of this device back",
    needs: ["programs"],
    load: () => import("./restore.ts"),
  },
  {
    name: "stats",
    summary: "count what is kept",
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
    summary: "run this device: viewer, sync listener and loop",
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
    summary: "make the identity and enable sync",
    needs: ["programs"],
    load: () => import("./sync_enable.ts"),
  },
  {
    name: "sync disable",
    summary: "disable sync; identity and pairings stay",
    load: () => import("./sync_disable.ts"),
  },
  {
    name: "sync status",
    summary: "say how sync stands",
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
    summary: "end what runs this device",
    needs: ["programs"],
    load: () => import("./sync_stop.ts"),
  },
  {
    name: "sync restart",
    summary: "stop this device where it runs, and start it",
    needs: ["programs"],
    load: () => import("./sync_restart.ts"),
  },
  {
    name: "sync install",
    summary: "have the system run this device as a service",
    needs: ["programs"],
    load: () => import("./sync_install.ts"),
  },
  {
    name: "sync uninstall",
    summary: "take the service away; memories and pairings stay",
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
    summary: "give a paired device another name here",
    load: () => import("./sync_peers_rename.ts"),
  },
  {
    name: "sync peers remove",
    summary: "end the trust in a paired device",
    load: () => import("./sync_peers_remove.ts"),
  },
  {
    name: "sync attempts",
    summary: "list what became of the last passes",
    load: () => import("./sync_attempts.ts"),
  },
  {
    name: "sync verify",
    summary: "compare this store with that of each peer",
    needs: ["network"],
    load: () => import("./sync_verify.ts"),
  },
  {
    name: "sync doctor",
    summary: "find out what keeps devices apart, and say what to do",
    needs: ["network", "programs"],
    load: () => import("./sync_doctor.ts"),
  },
  {
    name: "sync move-key",
    summary: "move the private key to a file or to the keychain",
    needs: ["programs"],
    load: () => import("./sync_move_key.ts"),
  },
  {
    name: "sync rotate-keys",
    summary: "give this device another key, which its peers follow",
    needs: ["programs"],
    load: () => import("./sync_rotate_keys.ts"),
  },
  {
    name: "sync identity new",
    summary: "make this device another one",
    needs: ["programs"],
    load: () => import("./sync_identity_new.ts"),
  },
  {
    name: "sync identity keep",
    summary: "go on as this device where a copy of it has gone on",
    load: () => import("./sync_identity_keep.ts"),
  },
  {
    name: "completions",
    summary: "write what makes a shell complete the words of this program",
    load: () => import("./completions.ts"),
  },
];
