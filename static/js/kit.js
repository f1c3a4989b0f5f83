// The kit on every page. Each module looks for its own data attributes, listed at its head.
// Plain ES modules for Chromium 89: no top-level await, no bundler, no text (texts are in pages).
import { listen as listenMenu } from "./menu.js";
import { listen as listenKeys } from "./keys.js";
import { listen as listenForms } from "./forms.js";
import { listen as listenRequests } from "./requests.js";
import { listen as listenRows } from "./rows.js";

listenMenu(document);
listenKeys(document);
listenForms(document);
listenRequests(document);
listenRows(document);
