/** Contacts of one address book: ten times what a busy person has; it is read and written as a whole. */
export const MAX_CONTACTS = 10_000;
/** Text of an exported address book: what so many contacts take whose names are all of characters that JSON escapes. */
export const MAX_BOOK_LENGTH = MAX_CONTACTS * (6 * 256 + 128);
/** Questions that wait for the user; who makes new identities for free must not fill our memory. */
export const MAX_CHANGES = 64;
/** Identities turned down that are not asked about again; they stay blocked when they are forgotten here. */
export const MAX_REJECTIONS = 1_000;
