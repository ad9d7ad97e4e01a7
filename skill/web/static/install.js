// Registers the page for when there is no network. Works over https and on the device itself; elsewhere nothing happens.
"use strict";
if ("serviceWorker" in navigator) navigator.serviceWorker.register(document.currentScript.dataset.worker).catch(() => {});
