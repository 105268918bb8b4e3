// A drawn picture of skin, so that nobody needs a real photo to play.

export function samplePhoto() {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const paper = canvas.getContext("2d");
  const skin = paper.createLinearGradient(0, 0, 640, 480);
  skin.addColorStop(0, "#e2b193");
  skin.addColorStop(1, "#c98f72");
  paper.fillStyle = skin;
  paper.fillRect(0, 0, 640, 480);
  const patch = paper.createRadialGradient(330, 220, 20, 330, 220, 130);
  patch.addColorStop(0, "rgba(247, 240, 236, .95)");
  patch.addColorStop(0.6, "rgba(240, 224, 215, .6)");
  patch.addColorStop(1, "rgba(240, 224, 215, 0)");
  paper.fillStyle = patch;
  paper.fillRect(0, 0, 640, 480);
  paper.fillStyle = "rgba(60, 30, 20, .75)";
  paper.font = "28px sans-serif";
  paper.fillText("Sample photo (drawn)", 24, 452);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
}
