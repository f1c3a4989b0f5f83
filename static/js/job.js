// How far a job has come, read from its address once a second; a page includes it for itself:
//   {% include "config/job_progress.html" with url=… then=… %}
//   <script type="module" src="{% static "js/job.js" %}"></script>
// Without JavaScript the page says what it said when it was opened, and a link reloads it.

const WAITING = ["queued", "running"];

for (const place of document.querySelectorAll("[data-job]")) follow(place);

function follow(place) {
  const bar = place.querySelector("progress");
  const stage = place.querySelector("[data-job-stage]");
  const count = place.querySelector("[data-job-count]");
  const lost = place.querySelector("[data-job-lost]");

  async function look() {
    let job;
    try {
      const answer = await fetch(place.dataset.job, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      job = await answer.json();
    } catch (error) {
      lost.hidden = false;
      window.setTimeout(look, 5000);
      return;
    }
    lost.hidden = true;
    if (!WAITING.includes(job.state)) {
      window.location.assign(place.dataset.then || window.location.href);
      return;
    }
    if (job.total) {
      bar.max = job.total;
      bar.value = job.done;
    } else {
      bar.removeAttribute("value");
    }
    if (job.stage) stage.textContent = job.stage;
    count.textContent = job.total ? `${job.done.toLocaleString("en")} / ${job.total.toLocaleString("en")}` : "";
    window.setTimeout(look, 1000);
  }
  look();
}
