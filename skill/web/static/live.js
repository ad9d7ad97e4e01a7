// Live numbers on the status and microphone pages. Everything here is also on the page without it.
"use strict";
(() => {
  const script = document.currentScript;
  const source = new EventSource(script.dataset.stream);
  const set = (id, text) => { const e = document.getElementById(id); if (e && e.textContent !== text) e.textContent = text; };
  const note = document.getElementById("live-note");
  let began = null;
  source.onmessage = (message) => {
    const now = JSON.parse(message.data);
    if (note) note.hidden = false;
    if (began === null) began = now.listening;
    // another state has another page: warnings, explanations
    if (now.listening !== began && !script.dataset.steady) { location.reload(); return; }
    set("headline", now.headline);
    const level = document.getElementById("level");
    if (now.level_dbfs !== null) {
      if (level) level.value = now.level_dbfs;
      set("level-text", Math.round(now.level_dbfs) + " dB");
    }
    if (now.frame_age !== "–") set("frame-age", now.frame_age);
    if (now.last_phrase) set("last-phrase", "«" + now.last_phrase + "», " + now.last_phrase_age);
  };
  source.onerror = () => { if (note) note.hidden = true; };
})();
