import Foundation

/// A number in three figures, such as 1.2e-07.
func short(_ number: Double) -> String { String(format: "%.1e", number) }
