// One way from every control to the server, and the promise of a tab that it still waits for its work.
(() => {
  const json = {"Content-Type": "application/json"};
  const patience = 60000; // after so many milliseconds an answer is no longer waited for
  const said = [];
  let count = 0;
  let unanswered = 0; // the page itself, which the server fills first
  let giveUp = null;
  let attending = false;
  let wanted = false;
  let next = null;
  let drawing = null;
  let tab = null;
  const before = sessionStorage.getItem("desk"); // what was on the page before it was loaded again

  // What a planner does happens in that order: each is told when the one before is answered, so that none overtakes
  // another and no answer is dropped for a newer one.
  function say(store, data) {
    said.push([store, data]);
    if (unanswered === null) sayNext();
  }

  function sayNext() {
    clearTimeout(giveUp);
    const [store, data] = said.shift() ?? [];
    unanswered = store ? tell(store, data) : null;
    if (store) giveUp = setTimeout(sayNext, patience);
  }

  function tell(store, data) {
    count += 1;
    dash_clientside.set_props(store, {data: {...data, number: count}});
    return count;
  }

  document.addEventListener("click", event => {
    const button = event.target.closest("button[data-event]");
    if (button) say("event", {kind: button.dataset.event, value: button.value});
  });

  document.addEventListener("change", event => {
    const control = event.target;
    if (control.matches("select[data-event]")) say("event", {kind: control.dataset.event, value: control.value});
    else if (control.matches(".cells [name]")) say("edit", {path: control.name, value: control.value});
  });

  // Enter moves to the next cell below, as in a spreadsheet.
  document.addEventListener("keydown", event => {
    if (event.key !== "Enter" || !event.target.matches(".cells input[name]")) return;
    const column = event.target.closest("td").cellIndex;
    let row = event.target.closest("tr").nextElementSibling;
    while (row && !row.cells[column]?.querySelector("input[name]")) row = row.nextElementSibling;
    if (row) row.cells[column].querySelector("input[name]").focus();
    else event.target.blur();
  });

  if (before) say("event", {kind: "restore", value: before});

  window.addEventListener("pagehide", () => {
    if (tab) fetch("/leave", {method: "POST", headers: json, body: JSON.stringify({tab}), keepalive: true});
  });
  window.addEventListener("pageshow", event => { if (event.persisted) location.reload(); });

  window.desk = {
    // What was told is answered, and what has come of it is shown.
    next(number) {
      if (number === unanswered) sayNext();
      return dash_clientside.no_update;
    },
    // What is not saved stays with the tab, for as long as it is open.
    remember(memory) {
      if (memory) sessionStorage.setItem("desk", JSON.stringify(memory));
      return dash_clientside.no_update;
    },
    // Put into the cells what the scenario says they hold, and mark those that differ from the base.
    show(edited) {
      for (const control of document.querySelectorAll(".cells [name]")) {
        const [value, changed] = edited.values[control.name] ?? [];
        if (value === undefined) continue;
        if (control !== document.activeElement || control.name === edited.path) control.value = value;
        control.closest("label").classList.toggle("changed", changed);
      }
      return dash_clientside.no_update;
    },
    // Chapters come from the report, which has made text of everything in them; charts are drawn one after the other.
    open(chapters) {
      const place = document.getElementById("shown-chapters");
      for (const chart of place.querySelectorAll("[data-chart]")) Plotly.purge(chart);
      place.innerHTML = chapters?.html ?? "";
      for (const table of place.querySelectorAll(".scroll")) {
        table.tabIndex = 0;
        table.setAttribute("role", "group");
        table.setAttribute("aria-label", table.querySelector("caption")?.textContent ?? "table");
      }
      clearTimeout(drawing);
      draw([...place.querySelectorAll("[data-chart]")], chapters?.charts);
      return dash_clientside.no_update;
    },
    // The server stops the work of a tab as soon as this request is cut off, which closing the tab does.
    attend(job, own) {
      tab = own;
      wanted = wanted || job.open;
      if (job.open && !attending) wait();
      return this.ask(job);
    },
    // Which of the views is looked at.
    mark([view]) {
      for (const button of document.querySelectorAll("nav button")) {
        button.setAttribute("aria-current", button.dataset.event === `show-${view}` ? "page" : "false");
      }
      return dash_clientside.no_update;
    },
    // How far is it? The next question waits for the answer to the last one.
    ask({open}) {
      clearTimeout(next);
      document.querySelector("button.cancel").setAttribute("aria-disabled", !open);
      if (open) next = setTimeout(() => tell("ask", {}), 300);
      return dash_clientside.no_update;
    },
  };

  function draw(places, charts) {
    const place = places.shift();
    if (!place) return;
    const {data, layout} = charts[place.dataset.chart];
    Plotly.newPlot(place, data, layout, {displayModeBar: false, responsive: true, doubleClick: false});
    drawing = setTimeout(() => draw(places, charts), 0);
  }

  async function wait() {
    attending = true;
    try {
      while (wanted) {
        wanted = false;
        const answer = await fetch("/attend", {method: "POST", headers: json, body: JSON.stringify({tab})});
        wanted = wanted || (answer.ok && (await answer.json()).open);
      }
    } finally {
      attending = false;
    }
  }
})();
