package dev.pale.crypto;

final class Draft {}
