/** Why editing a text does not remove a key from it, and what does; GitHub's own steps. */

export const EDIT_HISTORY = `Editing a title, description or comment is not enough: GitHub keeps every earlier version, and whoever
can read the text can open them. After the key is dead, remove them: edit the text, then open **edited** in its
header, pick the version that shows the key, and choose **Options → Delete revision from edit history**. Deleting
a whole comment removes its versions too. Mails and webhooks that were sent stay sent.`;
