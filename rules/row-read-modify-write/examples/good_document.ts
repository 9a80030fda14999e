import { Schema, model } from "mongoose";

const Song = model("Song", new Schema({ plays: Number, title: String }));

export async function played(id: string) {
  await Song.updateOne({ _id: id }, { $inc: { plays: 1 } });
}

export async function renamed(id: string, title: string) {
  const song = await Song.findById(id);
  if (!song) return;
  song.title = title;
  await song.save();
}
