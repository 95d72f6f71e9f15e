package dev.pale.system;

final class Draft {}
