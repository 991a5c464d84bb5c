/** The keychain of the system, for those who build a device. */
export { systemKeychain } from "../identity/keychain.ts";
